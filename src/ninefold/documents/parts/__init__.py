"""Chapters that several documents share. Each function takes the content and gives blocks."""
