package oauth

// TokenName is the name under which a file's token is kept.
var TokenName = tokenName
