"""What is shown to a court: chains walked, anchor files outside the database."""
