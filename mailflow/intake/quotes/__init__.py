"""What the person wrote now, without the old mail, the signature and what offices put under it."""
