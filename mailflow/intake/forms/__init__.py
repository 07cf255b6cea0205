"""Forms that came back filled in: each page an act, or its faults, and the form sent back."""
