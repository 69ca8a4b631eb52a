"""Chunk files reach a tenant: nobody lost, nobody doubled."""
