"""What we measure, each as a ratio within one run; results as JSON under `benchmarks/results/`."""
