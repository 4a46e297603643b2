"""Access: the keys by which clients are told apart, each of a project and with a scope."""
