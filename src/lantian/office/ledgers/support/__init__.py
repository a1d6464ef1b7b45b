"""What monitoring, supervision and decisions rest on."""
