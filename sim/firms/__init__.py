"""The firms: what they post, the rules they act by, and their books."""
