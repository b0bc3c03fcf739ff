"""The demo's steps, one file each: do it through the operation a command would call, and say what was done."""
