"""Work that spans rooms, each as a pure plan and a thin shell that acts on it."""
