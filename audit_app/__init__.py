"""The auditor's room: questions as functions, pages that show their answers, reports, evidence packs."""
