"""The proposal of a client file: look at the files, say what they hold, how sure that is, and why."""
