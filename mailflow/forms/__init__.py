"""Paper: form BM.CTCL.01 as a view of a request, filled in Word, printed as PDF."""
