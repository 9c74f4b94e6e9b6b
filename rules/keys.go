package rules

// The keys under which a case is found (DESIGN.md, "Identity of a case").

// KlarnaKey is the key of Klarna's dispute number.
func KlarnaKey(dispute string) string { return "klarna:" + dispute }

// StripeKey is the key of a Stripe dispute, du_… or dp_….
func StripeKey(dispute string) string { return "stripe:" + dispute }

// MailKey is the key of a mail: its Message-ID, or its hash where it has none.
func MailKey(id string) string { return "mail:" + id }
