package oauth

// refusedHint is what helps against a refusal. Microsoft's numbers:
// https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes
func (a Account) refusedHint(r refusal) string {
	if hint := entraHints[r.entra]; hint != "" {
		return hint
	}
	consent := "consent again: disputewatch check --consent " + a.Mailbox
	switch r.code {
	case "invalid_grant":
		switch {
		case a.ServiceAccount != nil:
			return "username must be an account of your Workspace domain, the key must not have been deleted, and this machine's clock must be right"
		case a.RefreshToken == nil:
			return "check tenant, client_id and the client's secret"
		case a.Provider == Google:
			return "the refresh token was revoked or has expired: a changed password ends it, and after 7 days an app in \"Testing\" does; publish the app, then " + consent
		}
		return "the refresh token was revoked or has expired; " + consent
	case "invalid_client":
		return "client_id or the client's secret is wrong, or the secret has expired"
	case "unauthorized_client":
		if a.ServiceAccount != nil {
			return "allow the service account's client id the scope https://mail.google.com/ under domain-wide delegation in the Admin console; it takes up to a day"
		}
		return "the provider does not allow this app this kind of grant: check its type and permissions"
	case "interaction_required", "consent_required", "login_required":
		return "the provider wants a person to sign in once more; " + consent
	case "access_denied":
		return "the person, or a rule of the organisation, did not allow it"
	case "invalid_scope":
		return "the provider does not know these scopes: leave scopes out for its own"
	case "expired_token", "authorization_pending":
		return "nobody confirmed in time: try again"
	case "temporarily_unavailable", "server_error", "slow_down":
		return "it is tried again at the next poll"
	case "redirect_uri_mismatch":
		return "make the client of type Desktop app: only such a one may come back to this machine"
	}
	return "check the keys of oauth2 against the provider's page of the app"
}

var entraHints = map[string]string{
	"7000215": "the client's secret is wrong: copy its Value from Certificates & secrets, not its Secret ID",
	"7000222": "the client's secret has expired: make a new one under Certificates & secrets",
	"7000218": "allow public client flows for the app (Authentication, Advanced settings), or name client_secret_file",
	"700016":  "no such app in this tenant: check client_id and tenant",
	"90002":   "no such tenant: check tenant",
	"900023":  "no such tenant: check tenant",
	"50194":   "the app is for one tenant only: set tenant to its id",
	"65001":   "an administrator must grant the app its permissions (API permissions, Grant admin consent)",
	"53003":   "Conditional Access blocks this sign-in: an administrator must allow it from this machine",
	"70043":   "a rule of Conditional Access ended the session: consent again with disputewatch check --consent, or use an app's own credentials",
}
