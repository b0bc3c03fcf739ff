"""The auditor's questions as functions, and the pages, reports and packs that show their answers."""
