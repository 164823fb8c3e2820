"""What is kept of a chat: the tables, how they grow, and the only statements that touch them."""
