"""The Kubeflow pipelines of this room."""
