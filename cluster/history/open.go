//go:build !wasip1

package history

// This file opens stores, and refuses files that are none.

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"modernc.org/sqlite"
)

// How a file says what it is: SQLite's header has room for two numbers. The first is
// "bacv" in ASCII.
const (
	applicationID = 0x62616376
	schemaVersion = 1
)

// schema makes an empty store. Times are milliseconds since 1970, moments are numbered.
const schema = `
CREATE TABLE moment (
	seq INTEGER PRIMARY KEY,
	at INTEGER NOT NULL,
	seen INTEGER NOT NULL, -- when the network was last seen like this
	joined INTEGER NOT NULL, "left" INTEGER NOT NULL, changed INTEGER NOT NULL,
	frame TEXT NOT NULL
);
CREATE INDEX moment_at ON moment (at);
CREATE TABLE version (
	node TEXT NOT NULL,
	first INTEGER NOT NULL, -- the moment at which it began
	last INTEGER NOT NULL, -- the moment at which it ended; forever if it has not
	record TEXT NOT NULL
);
CREATE UNIQUE INDEX version_node ON version (node, first);
CREATE INDEX version_last ON version (last, first);
CREATE TABLE change (
	seq INTEGER NOT NULL,
	node TEXT NOT NULL,
	former TEXT NOT NULL, -- the old ID of a renamed node, or empty
	orchestrator INTEGER NOT NULL,
	kind TEXT NOT NULL,
	diff TEXT NOT NULL
);
CREATE INDEX change_seq ON change (seq);
CREATE INDEX change_node ON change (node, seq);
CREATE INDEX change_former ON change (former, seq) WHERE former != '';
CREATE TABLE load (
	at INTEGER PRIMARY KEY,
	until INTEGER NOT NULL, -- from then on it is too old
	body BLOB NOT NULL
);
`

// lockWait is how long a writer waits for another one, which may be about to end.
const lockWait = 1000 // milliseconds

// A Store is a history. Its methods may be called from several goroutines.
type Store struct {
	path  string // empty in memory
	opt   Options
	read  *sql.DB
	write *sql.DB // nil in a store that is only read
	lock  *sql.DB // of the one writer; nil in memory
	held  *sql.Conn

	mu   sync.Mutex // held while the store is written to
	last *last      // the last moment

	doubtful bool // whether last may not be what is stored
}

// Open opens the history in a file, to read it and to append to it. If there is no such
// file, or an empty one, it makes one. It refuses a file of another program, one of a newer
// version, one that another program writes to, and one with several names (hard links).
func Open(ctx context.Context, path string, opt Options) (*Store, error) {
	s := &Store{path: path, opt: opt}
	if err := s.open(ctx); err != nil {
		s.closeAll()
		return nil, s.explain(ctx, err)
	}
	return s, nil
}

// View opens the history in a file to read it, whether or not another program writes to it.
func View(ctx context.Context, path string) (*Store, error) {
	s := &Store{path: path}
	err := s.view(ctx)
	if err != nil {
		s.closeAll()
		return nil, s.explain(ctx, err)
	}
	return s, nil
}

// Memory returns a history in memory, which is lost with the program.
func Memory(ctx context.Context, opt Options) (*Store, error) {
	s := &Store{opt: opt, last: &last{}}
	var err error
	if s.write, err = connect("file::memory:", 1); err == nil {
		s.read = s.write
		err = s.create(ctx)
	}
	if err != nil {
		s.closeAll()
		return nil, s.explain(ctx, err)
	}
	return s, nil
}

// Close closes the store. What was appended is stored already.
func (s *Store) Close() error {
	return s.explain(context.Background(), s.closeAll())
}

func (s *Store) closeAll() error {
	var all []error
	if s.read != nil && s.read != s.write {
		all = append(all, s.read.Close())
	}
	if s.held != nil {
		all = append(all, s.held.Close())
	}
	for _, db := range []*sql.DB{s.write, s.lock} {
		if db != nil {
			all = append(all, db.Close())
		}
	}
	s.read, s.write, s.lock, s.held = nil, nil, nil, nil
	return errors.Join(all...)
}

// lockSuffix ends the name of the file that holds the lock.
const lockSuffix = "-lock"

// open takes the lock, and opens the file.
func (s *Store) open(ctx context.Context) error {
	place, err := locate(s.path)
	if err != nil {
		return err
	}
	// The lock and SQLite's log are beside the file, by its name. By another name there would
	// be a second writer that knows of neither.
	if n, err := links(place); err == nil && n > 1 {
		return ErrLinked
	}
	_, statErr := os.Stat(place + lockSuffix)
	if err := s.takeLock(ctx, place); err != nil {
		return err
	}
	err = s.openLocked(ctx, place)
	if (errors.Is(err, ErrForeign) || isCode(err, codeNotADB)) && errors.Is(statErr, fs.ErrNotExist) {
		// Nobody else locks what is no history.
		return errors.Join(err, s.closeAll(), os.Remove(place+lockSuffix))
	}
	return err
}

// openLocked checks the file, and reads its last moment.
func (s *Store) openLocked(ctx context.Context, place string) (err error) {
	// Immediate transactions fail at their beginning, not in the middle.
	const options = "_txlock=immediate&_pragma=busy_timeout(5000)&_pragma=synchronous(FULL)"
	if s.write, err = connect(address(place, options), 1); err != nil {
		return err
	}
	if err := s.prepare(ctx); err != nil {
		return err
	}
	if s.read, err = connect(address(place, "mode=ro&_pragma=busy_timeout(5000)"), readers); err != nil {
		return err
	}
	s.last, err = s.readLast(ctx)
	return err
}

// readers is how many questions a store answers at a time.
const readers = 4

// view opens a file to read it. Where SQLite cannot make the files beside it that readers
// need, the file is read as one that nobody writes to, unless somebody does.
func (s *Store) view(ctx context.Context) error {
	place, err := locate(s.path)
	if err != nil {
		return err
	}
	if _, err := os.Stat(place); err != nil {
		return err
	}
	// A reader that may write removes the files beside the history when it is the last to
	// close it. SQLite opens what cannot be written to for reading.
	if s.read, err = connect(address(place, "mode=rw&_pragma=busy_timeout(5000)&_pragma=query_only(1)"), readers); err != nil {
		return err
	}
	empty, err := identify(ctx, s.read)
	if _, statErr := os.Stat(place + "-wal"); (isCode(err, codeCantOpen) || isCode(err, codeReadOnly)) && errors.Is(statErr, fs.ErrNotExist) {
		if err := s.read.Close(); err != nil {
			return err
		}
		if s.read, err = connect(address(place, "mode=ro&immutable=1"), readers); err != nil {
			return err
		}
		empty, err = identify(ctx, s.read)
	}
	if err == nil && empty {
		err = ErrEmpty
	}
	return err
}

// locate returns the absolute path of a file, without symbolic links, so that one file has
// one lock.
func locate(path string) (string, error) {
	place, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	if real, err := filepath.EvalSymlinks(place); err == nil {
		return real, nil
	}
	return place, nil
}

// address returns the URI of a file for SQLite.
func address(place, options string) string {
	path := filepath.ToSlash(place)
	if !strings.HasPrefix(path, "/") { // C:/folder/file
		path = "/" + path
	}
	return (&url.URL{Scheme: "file", Path: path, OmitHost: true, RawQuery: options}).String()
}

// ofdLocks asks once for locks that other code in the process cannot drop by closing the
// file. Where the system has none, SQLite uses its usual ones.
var ofdLocks = sync.OnceFunc(func() { _, _ = sqlite.OFDLocking(true) })

// settings are those of every connection. A file of a stranger may hold views and triggers,
// which must run nothing but SQL. What is sorted stays in memory, and in no folder for all.
const settings = "_pragma=trusted_schema(0)&_pragma=cell_size_check(1)&_pragma=temp_store(2)"

func connect(dsn string, most int) (*sql.DB, error) {
	ofdLocks()
	separator := "?"
	if strings.Contains(dsn, "?") {
		separator = "&"
	}
	db, err := sql.Open("sqlite", dsn+separator+settings)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(most)
	db.SetMaxIdleConns(most) // a memory's only connection holds the data
	return db, nil
}

// takeLock becomes the one writer of the file, or returns [ErrBusy].
func (s *Store) takeLock(ctx context.Context, place string) error {
	var err error
	if s.lock, err = connect(address(place+lockSuffix, fmt.Sprintf("_pragma=busy_timeout(%d)", lockWait)), 1); err != nil {
		return err
	}
	if s.held, err = s.lock.Conn(ctx); err != nil {
		return err
	}
	if _, err := s.held.ExecContext(ctx, "BEGIN EXCLUSIVE"); err != nil {
		if isCode(err, codeBusy) {
			return ErrBusy
		}
		return err
	}
	return nil // the transaction, and with it the lock, lasts as long as the connection
}

// prepare checks the file, and makes a store of an empty one.
func (s *Store) prepare(ctx context.Context) error {
	empty, err := identify(ctx, s.write)
	if err != nil {
		return err
	}
	if empty {
		for _, set := range []string{"PRAGMA auto_vacuum = INCREMENTAL", "PRAGMA journal_mode = WAL"} {
			if _, err := s.write.ExecContext(ctx, set); err != nil {
				return err
			}
		}
		return s.create(ctx)
	}
	return nil
}

// create makes the tables.
func (s *Store) create(ctx context.Context) error {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // does nothing after a commit
	text := schema + fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d;", applicationID, schemaVersion)
	if _, err := tx.ExecContext(ctx, text); err != nil {
		return err
	}
	return tx.Commit()
}

// identify returns an error if a database is no history, or one of a newer version. It
// reports whether the database is empty.
func identify(ctx context.Context, db *sql.DB) (empty bool, err error) {
	var id, version, tables int64
	for _, q := range []struct {
		text string
		into *int64
	}{{"PRAGMA application_id", &id}, {"PRAGMA user_version", &version}, {"SELECT count(*) FROM sqlite_schema", &tables}} {
		if err := db.QueryRowContext(ctx, q.text).Scan(q.into); err != nil {
			return false, err
		}
	}
	switch {
	case id == 0 && version == 0 && tables == 0:
		return true, nil
	case id != applicationID:
		return false, ErrForeign
	case version > schemaVersion:
		return false, ErrNewer
	}
	return false, nil
}
