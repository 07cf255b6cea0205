"""What time sets off: values that the daemon's jobs store as notices."""
