"""The auditor's pages. Each parses its address, asks one question, and shows the answer."""
