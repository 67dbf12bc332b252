"""What formats share that are packages of others, read with limits: zip, XML, OLE, MIME, packed streams."""
