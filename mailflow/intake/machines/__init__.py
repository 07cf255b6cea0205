"""What becomes of letters that no person wrote: bounces, absences, lists, floods."""
