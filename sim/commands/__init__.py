"""Commands of `loyalty-sim`, a file each, and what they share."""
