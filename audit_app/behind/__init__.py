"""What lies behind a prediction, part by part: its row and batch, its model, its data, its columns."""
