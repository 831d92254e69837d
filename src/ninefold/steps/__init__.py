"""The nine steps, one module each. A step reads, calls engines, writes; it holds no algorithm."""
