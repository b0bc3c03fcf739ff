"""The scoring service: Open Inference Protocol V2, durable before answered, each batch a run in the graph."""
