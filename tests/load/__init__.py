"""The whole program in processes of its own while people ask, and harm that is done to it meanwhile."""
