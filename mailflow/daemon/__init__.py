"""The service as it runs: jobs, the loop that ticks them, one daemon per record, health."""
