"""What was done, durable: every submission, answer and outcome of a delivery."""
