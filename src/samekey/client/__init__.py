"""Speaking to a tenant; the only package that knows the HTTP library."""
