"""Tests about the project itself: its commands, lock files, documents, and the guards that all tests rely on."""
