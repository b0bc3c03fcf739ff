"""The auditor's questions, one file each: a pure core that decides, a thin reader that fetches."""
