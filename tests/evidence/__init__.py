"""Evidence packs: unpacked and checked with nothing of ours."""
