"""What the record's HTTP routes share: bodies in, errors out, who is asking, figures."""
