//go:build !unix

package outfile

import (
	"errors"
	"os"
)

func inherited(int) (*os.File, error) { return nil, errors.ErrUnsupported }
