module apiserver

go 1.21
