//go:build !amd64 && !arm64 && !wasip1

package cache

func cpu() string { return "" }
