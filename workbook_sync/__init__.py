"""Keeps a shared Excel workbook and a program's rows equal without harming the file."""
