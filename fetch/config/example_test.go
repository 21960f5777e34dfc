package config_test

import (
	"context"
	"fmt"
	"log"

	"github.com/bacviz/bacviz/fetch/config"
)

func ExampleResolve() {
	env := map[string]string{"BACALHAU_API_HOST": "10.0.0.5", "BACALHAU_API_KEY": "s3cret"}
	settings, err := config.Resolve(context.Background(), config.Options{
		Flags:  map[string]string{config.Port: "20000"}, // --api-port 20000
		Getenv: func(name string) string { return env[name] },
		Home:   "/nonexistent", // no files
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, s := range settings.List() {
		fmt.Printf("%s is %s, from %s\n", s.Name, s.Value, s.From)
	}
	// Output:
	// address is http://10.0.0.5:20000, from BACALHAU_API_HOST
	// api-host is 10.0.0.5, from BACALHAU_API_HOST
	// api-port is 20000, from --api-port
	// tls is false, from default
	// insecure is false, from default
	// api-key is ********, from BACALHAU_API_KEY
}
