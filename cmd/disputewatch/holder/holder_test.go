package holder

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// As one of this place would be called, with its number and its beginning.
func named(pid int, began string) string {
	host, _ := os.Hostname()
	return fmt.Sprintf("%s/%d#%s-%s", host, pid, placeOf(host), began)
}

func TestOnlyAProcessThatHasCertainlyEndedIsDead(t *testing.T) {
	us := Self()
	if !strings.Contains(us, "#") {
		t.Skip("this system does not say when a process began")
	}
	child := exec.Command("sleep", "60")
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	pid := child.Process.Pid
	_, began := statOf(fmt.Sprint(pid))
	running := named(pid, began)
	if Dead(running) || !Alive(running) {
		t.Error("a process that runs is taken for dead")
	}
	if other := named(pid, began+"0"); !Dead(other) {
		t.Error("another process with the number of a dead one keeps it alive")
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	for state := ""; state != "Z"; { // nobody has waited for it yet
		state, _ = statOf(fmt.Sprint(pid))
	}
	if !Dead(running) || Alive(running) {
		t.Error("a process that has ended keeps its claims while nobody asks how it ended")
	}
	_ = child.Wait() // it was killed
	if !Dead(running) || Alive(running) {
		t.Error("a process that is gone is not dead")
	}
	if Dead(us) || !Alive(us) {
		t.Error("we are dead")
	}
}

func TestOfAProcessElsewhereNothingIsCertain(t *testing.T) {
	host, _ := os.Hostname()
	for _, h := range []string{
		"", "host", "host/1", host + "/999999999",
		strings.Replace(named(999999999, "1"), "#", "#0", 1), // another container
		strings.Replace(named(999999999, "1"), host, "x", 1), // another machine
		fmt.Sprintf("%s/-1#%s-1", host, placeOf(host)),       // no number
		fmt.Sprintf("%s/999999999#%s-", host, placeOf(host)), // no beginning
		fmt.Sprintf("%s/999999999#%s", host, placeOf(host)),  // nor that
		fmt.Sprintf("%s/99999x#%s-123", host, placeOf(host)), // no number either
		"1#-1", // no host
		fmt.Sprintf("%s/999999999##%s-123", host, placeOf("")), // nonsense
	} {
		if Dead(h) || Alive(h) {
			t.Errorf("%q is judged", h)
		}
	}
}
