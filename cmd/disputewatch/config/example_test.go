package config

import (
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

const example = "../../../config.example.yaml"

func exampleText(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile(example)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// hiddenKey is a key that is commented out; prose has a space after its #.
var hiddenKey = regexp.MustCompile(`(?m)^( *)#([a-z-])`)

func mustRead(t *testing.T, text string) *Config {
	t.Helper()
	c, err := Options{CheckSchedule: checkSchedule}.read("config.example.yaml", []byte(text), Config{dir: "/etc/disputewatch"})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestExampleLoadsAsItIs(t *testing.T) {
	if _, err := (Options{CheckSchedule: checkSchedule}).Load(example); err != nil {
		t.Fatal(err)
	}
}

func TestDefaultsInTheExampleAreTheCodes(t *testing.T) {
	text := exampleText(t)
	shown := hiddenKey.ReplaceAllString(text, "$1$2")
	if len(hiddenKey.FindAllString(text, -1)) < 50 {
		t.Fatal("the example shows few defaults")
	}
	plain, all := mustRead(t, text), mustRead(t, shown)
	if diff := cmp.Diff(plain, all, cmpopts.IgnoreUnexported(Config{}), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("what the example calls the default is not (-code +example):\n%s", diff)
	}
}

func TestEachKeyIsInTheExample(t *testing.T) {
	text := exampleText(t)
	for _, key := range keys(reflect.TypeFor[Config]()) {
		if !regexp.MustCompile(`(?m)(^|[ {#])` + key + `:`).MatchString(text) {
			t.Errorf("the example does not show the key %s", key)
		}
	}
}

func keys(t reflect.Type) []string {
	var out []string
	for f := range fields(t) {
		out = append(out, f.Tag.Get("yaml"))
		ft := f.Type
		if ft.Kind() == reflect.Slice {
			ft = ft.Elem()
		}
		if ft.Kind() == reflect.Struct {
			out = append(out, keys(ft)...)
		}
	}
	return out
}

func TestTheExamplesFullStepLoads(t *testing.T) {
	text := exampleText(t)
	step := regexp.MustCompile(`(?m)^# (- \{step: big.*)$`).FindStringSubmatch(text)
	if step == nil {
		t.Fatal("no step with everything")
	}
	c := mustRead(t, text+"escalation:\n  dispute:\n    - {step: nudge, when: unanswered 1wd}\n    "+step[1]+"\n")
	big := c.Escalation.Dispute[1]
	for f := range fields(reflect.TypeFor[Step]()) {
		if reflect.ValueOf(big).FieldByIndex(f.Index).IsZero() {
			t.Errorf("the step with everything lacks %s", f.Name)
		}
	}
}

func TestTheExamplesWaysOfOAuth2Load(t *testing.T) {
	text := exampleText(t)
	ways := regexp.MustCompile(`(?m)^    #   (\{provider: .*\})$`).FindAllStringSubmatch(text, -1)
	if len(ways) < 5 {
		t.Fatalf("the example shows %d ways", len(ways))
	}
	for _, way := range ways {
		c := mustRead(t, strings.Replace(text, "#oauth2: {}", "oauth2: "+way[1], 1))
		if c.Mailboxes[0].OAuth2.Off() || c.Mailboxes[0].PasswordFile != "" {
			t.Errorf("%s: %+v", way[1], c.Mailboxes[0])
		}
	}
}
