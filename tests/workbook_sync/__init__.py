"""The library for shared workbooks: reading, patching, merging, building, writing back."""
