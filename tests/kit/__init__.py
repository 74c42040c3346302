"""What black-box tests are made of: a private system, customers and agents at its real doors."""
