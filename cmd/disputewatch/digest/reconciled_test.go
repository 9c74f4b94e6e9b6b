package digest

import (
	"testing"

	"github.com/disputewatch/disputewatch/rules"
)

func TestMailWhoseChargeIsNotSureIsNotSaidToHaveNoDispute(t *testing.T) {
	c := rules.Case{ID: "c-1", Stage: rules.StageUnknown, Match: rules.Match{Strength: rules.Probable, Charge: "py_1"}, Stripe: &rules.Reading{Dispute: "du_1"}}
	lines := reconciled([]rules.Case{c})
	if len(lines) != 1 || lines[0].Value != "Stripe shows 0 Klarna disputes, 0 of them mailed; 1 mail whose charge a person must confirm" {
		t.Errorf("%+v", lines)
	}
}
