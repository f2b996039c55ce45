module clustercert.test/x509

go 1.26
