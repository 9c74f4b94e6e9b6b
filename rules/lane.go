package rules

// Lane says which ladder a case climbs.
type Lane string

// The two lanes.
const (
	LaneDispute     Lane = "dispute"
	LaneStopRequest Lane = "stop_request"
)

// Lane of a case: stop requests and investigations are loud and know no office
// hours.
func (c Case) Lane() Lane { return c.Stage.lane() }

func (s Stage) lane() Lane {
	if s == StageStopRequest || s == StageInvestigation {
		return LaneStopRequest
	}
	return LaneDispute
}

// kind is the mail that asks for a stage of the loud lane.
func (s Stage) kind() Kind {
	if s == StageStopRequest {
		return KindStopRequest
	}
	return KindInvestigation
}

// disputes says that such a mail asks for an answer to a dispute.
func (k Kind) disputes() bool {
	switch k {
	case KindDisputeRequest, KindReminder, KindFollowUp, KindAppealOpen:
		return true
	}
	return false
}
