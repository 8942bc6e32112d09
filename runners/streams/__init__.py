"""What knows gRPC: reaching an embedding server, reading its stream, and what its errors mean. Knows no database."""
