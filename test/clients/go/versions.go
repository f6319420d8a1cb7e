package main

import (
	"context"
	"errors"
	"fmt"
	"sort"
	"strings"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
	"github.com/twmb/franz-go/pkg/kversion"
)

// exchange asks the broker something meaningful with one API in one version, and checks the answer.
type exchange func(ctx context.Context, version int16) error

// exchanges has one for each API that the broker may advertise, by API key.
var exchanges = map[int16]exchange{}

// refused tells which of the versions of an API are there to be refused.
var refused = map[int16]func(version int16) bool{
	// Advertised for the sake of old librdkafka, as Kafka does (KAFKA-18659).
	0: func(version int16) bool { return version < 3 },
}

// inOrder has the APIs whose exchanges may not run beside those of others, because they change what is the whole broker's.
var inOrder = map[int16]bool{}

const concurrency = 12

// everyVersion sends every API in every version that ApiVersions advertises.
func everyVersion(ctx context.Context) error {
	request := kmsg.NewPtrApiVersionsRequest()
	request.ClientSoftwareName, request.ClientSoftwareVersion = "every-version", "1"
	answer, err := ask(ctx, 3, request)
	if err != nil {
		return err
	}
	if err := code(answer.ErrorCode); err != nil || len(answer.ApiKeys) == 0 {
		return fmt.Errorf("the broker advertises %d APIs: %v", len(answer.ApiKeys), err)
	}
	// The first question for a coordinator makes the topic in which it keeps what it knows.
	if err := until(func() (bool, error) {
		err := versionFindCoordinator(ctx, 4)
		if errors.Is(err, kerr.CoordinatorNotAvailable) {
			return false, nil
		}
		return err == nil, err
	}, "no coordinator comes"); err != nil {
		return err
	}
	var mutex sync.Mutex
	var problems []string
	fail := func(key, version int16, err error) {
		mutex.Lock()
		defer mutex.Unlock()
		problems = append(problems, fmt.Sprintf("%s v%d: %v", kmsg.NameForKey(key), version, err))
	}
	var running sync.WaitGroup
	slots := make(chan struct{}, concurrency)
	start := func(key, version int16) {
		running.Add(1)
		slots <- struct{}{}
		go func() {
			defer func() { <-slots; running.Done() }()
			if err := exchangeAt(ctx, key, version); err != nil {
				fail(key, version, err)
			}
		}()
	}
	for _, later := range []bool{false, true} {
		for _, api := range answer.ApiKeys {
			if inOrder[api.ApiKey] != later {
				continue
			}
			for version := api.MinVersion; version <= api.MaxVersion; version++ {
				start(api.ApiKey, version)
				if later {
					running.Wait()
				}
			}
		}
		running.Wait()
	}
	if len(problems) == 0 {
		return nil
	}
	sort.Strings(problems)
	return fmt.Errorf("%d of the versions fail: %s", len(problems), strings.Join(problems, "; "))
}

func exchangeAt(ctx context.Context, key, version int16) error {
	if isRefused := refused[key]; isRefused != nil && isRefused(version) {
		return expectRefusal(ctx, key, version)
	}
	exchange := exchanges[key]
	if exchange == nil {
		return errors.New("nothing is asked with this API")
	}
	return exchange(ctx, version)
}

// expectRefusal sends a version that the broker advertises and does not have: it closes the connection.
func expectRefusal(ctx context.Context, key, version int16) error {
	short, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	if _, err := send(short, version, kmsg.RequestForKey(key)); err == nil || short.Err() != nil {
		return fmt.Errorf("the connection was not closed: %v", err)
	}
	return nil
}

// send sends a request in exactly this version, on a connection of its own, once.
func send(ctx context.Context, version int16, request kmsg.Request) (kmsg.Response, error) {
	if version > request.MaxVersion() {
		return nil, fmt.Errorf("the client knows versions up to %d", request.MaxVersion())
	}
	versions := kversion.Tip()
	versions.SetMaxKeyVersion(request.Key(), version)
	cl, err := client(kgo.MaxVersions(versions), kgo.RequestRetries(0), kgo.DisableClientMetrics())
	if err != nil {
		return nil, err
	}
	defer cl.Close()
	answer, err := cl.SeedBrokers()[0].Request(ctx, request)
	if err != nil {
		return nil, err
	}
	if sent := request.GetVersion(); sent != version {
		return nil, fmt.Errorf("version %d was sent", sent)
	}
	return answer, nil
}

// ask is send for a request that knows the type of its answer.
func ask[R kmsg.Response](ctx context.Context, version int16, request interface {
	kmsg.Request
	RequestWith(context.Context, kmsg.Requestor) (R, error)
}) (R, error) {
	return request.RequestWith(ctx, pinned(version))
}

// pinned is what sends requests in one version.
type pinned int16

func (version pinned) Request(ctx context.Context, request kmsg.Request) (kmsg.Response, error) {
	return send(ctx, int16(version), request)
}

// wants compares what came with what was expected.
func wants[T comparable](what string, got, want T) error {
	if got != want {
		return fmt.Errorf("%s is %v instead of %v", what, got, want)
	}
	return nil
}

// code turns an error code, and perhaps its message, into an error.
func code(code int16, message ...*string) error {
	err := kerr.ErrorForCode(code)
	if err != nil && len(message) > 0 && message[0] != nil {
		return fmt.Errorf("%w: %s", err, *message[0])
	}
	return err
}

// expect wants an error code, none where want is nil.
func expect(got int16, want *kerr.Error, message ...*string) error {
	if want == nil {
		return code(got, message...)
	}
	return wants("the error", kerr.ErrorForCode(got), error(want))
}

// one is the only element, or an error that says how many there are.
func one[T any](what string, all []T) (T, error) {
	var none T
	if len(all) != 1 {
		return none, fmt.Errorf("there are %d %s instead of one", len(all), what)
	}
	return all[0], nil
}

func ptr[T any](value T) *T { return &value }
