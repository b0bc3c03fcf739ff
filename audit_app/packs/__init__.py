"""Evidence packs: what an answer rests on, in one ZIP that a stranger can verify offline."""
