"""What the review screen asks of the cases: queues, pages of a list, files, acts. Nothing here draws or knows keys."""
