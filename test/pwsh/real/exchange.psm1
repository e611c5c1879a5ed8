# Gives a real PowerShell 7 what it needs of Exchange in tests: a remote session or the module ExchangeOnlineManagement, whose cmdlets
# are proxies that post to the embedded Exchange's admin endpoint. main.ts loads it, and says which proxies each side has.

$script:proxies = @{}
$script:session = $null
$script:common = @([Management.Automation.Cmdlet]::CommonParameters)

function Set-EmbeddedProxy([string] $Side, [string] $Source) { $script:proxies[$Side] = $Source }

function ConvertTo-Base64Url([byte[]] $Bytes) {
  [Convert]::ToBase64String($Bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_')
}

# An error as the side's own session throws it: the category says the type on-premises, the text in Exchange Online.
function New-EmbeddedError([string] $Command, [string] $Type, [string] $Text) {
  $reason = $Type.Split('.')[-1]
  $message = $Text
  if ($script:session.Side -eq 'online' -and $reason -ne 'PSRemotingTransportException') {
    $message = if ($reason -eq 'UnauthorizedAccessException') { 'UnAuthorized' } else { "Ex6F9304|$Type|$Text" }
    $reason = 'Exception'
  }
  $record = [Management.Automation.ErrorRecord]::new([Exception]::new($message), "$reason,$Command", 'NotSpecified', $Command)
  $record.CategoryInfo.Reason = $reason
  $record.CategoryInfo.Activity = $Command
  return $record
}

function Invoke-EmbeddedCmdlet([string] $Name, [Collections.IDictionary] $Bound) {
  $parameters = @{}
  foreach ($key in $Bound.Keys) {
    if ($script:common -contains $key) { continue }
    $value = $Bound[$key]
    if ($value -is [securestring]) { $value = [Net.NetworkCredential]::new('', $value).Password }
    if ($value -is [switch]) { $value = [bool]$value }
    $parameters[$key] = $value
  }
  $body = ConvertTo-Json -Depth 6 -InputObject @{ CmdletInput = @{ CmdletName = $Name; Parameters = $parameters } }
  $uri = $script:session.Uri
  while ($uri) {
    $request = @{
      Uri = $uri; Method = 'Post'; Body = $body; ContentType = 'application/json; charset=utf-8'
      Headers = @{ Authorization = $script:session.Authorization }
      SkipCertificateCheck = $true; SkipHttpErrorCheck = $true
      StatusCodeVariable = 'status'; ResponseHeadersVariable = 'headers'
    }
    try {
      $answer = Invoke-RestMethod @request
    } catch {
      throw (New-EmbeddedError $Name 'System.Management.Automation.Remoting.PSRemotingTransportException' $_.Exception.Message)
    }
    if ($status -ge 300) { throw (ConvertTo-EmbeddedError $Name $status $headers $answer) }
    foreach ($warning in $answer.'@adminapi.warnings') { Write-Warning $warning }
    foreach ($row in $answer.value) {
      $shown = @($row.PSObject.Properties.Name | Where-Object { $_ -notlike '*@*' })
      Select-Object -InputObject $row -Property $shown
    }
    $uri = $answer.'@odata.nextLink'
  }
}

function ConvertTo-EmbeddedError([string] $Name, [int] $Status, $Headers, $Answer) {
  switch ($Status) {
    401 { return New-EmbeddedError $Name 'System.UnauthorizedAccessException' 'Access is denied.' }
    403 {
      $exception = [Management.Automation.CommandNotFoundException]::new("The term '$Name' is not recognized as a name of a cmdlet, function, script file, or executable program.")
      return [Management.Automation.ErrorRecord]::new($exception, 'CommandNotFoundException', 'ObjectNotFound', $Name)
    }
    { $_ -eq 429 -or $_ -eq 503 } {
      $after = if ($Status -eq 429 -and $Headers.ContainsKey('Retry-After')) { [int]$Headers['Retry-After'][0] * 1000 }
      if ($after -and $script:session.Side -eq 'onPremises') {
        return New-EmbeddedError $Name 'System.Management.Automation.Remoting.PSRemotingTransportException' "The WS-Management service cannot process the request. The user load quota of 1000 requests per 2 seconds has been exceeded. The next request from this user will not be approved for at least $after milliseconds."
      }
      return New-EmbeddedError $Name 'Microsoft.Exchange.Data.Storage.ServerBusyException' 'The server is too busy.'
    }
    default {
      $said = [string]$Answer.error.message
      if ($Answer.error.details) { $said = [string]$Answer.error.details[0].message }
      $parts = $said.Split('|', 3)
      return New-EmbeddedError $Name $parts[1] $parts[2]
    }
  }
}

function Open-EmbeddedSession([string] $Side, [string] $Uri, [string] $Authorization) {
  $script:session = @{ Side = $Side; Uri = $Uri; Authorization = $Authorization }
}

function New-EmbeddedModule {
  New-Module -Name "embedded-$($script:session.Side)" -ScriptBlock ([scriptblock]::Create($script:proxies[$script:session.Side]))
}

function Write-EmbeddedLog([string] $What) {
  if ($env:STAND_IN_LOG) { Add-Content -LiteralPath $env:STAND_IN_LOG -Value "$What $PID" }
}

# The organization's own servers.

function New-PSSession {
  param([string] $ConfigurationName, [uri] $ConnectionUri, [string] $Authentication, [switch] $AllowRedirection, [pscredential] $Credential)
  $user = $Credential.UserName
  $pair = [Text.Encoding]::UTF8.GetBytes("${user}:$($Credential.GetNetworkCredential().Password)")
  $origin = $ConnectionUri.GetLeftPart('Authority')
  Open-EmbeddedSession 'onPremises' "$origin/adminapi/beta/$($user.Split('@')[1])/InvokeCommand" "Basic $([Convert]::ToBase64String($pair))"
  Invoke-EmbeddedCmdlet 'Get-OrganizationConfig' @{} | Out-Null
  [pscustomobject]@{ Name = 'embedded'; ConfigurationName = $ConfigurationName }
}

function Import-PSSession {
  param([Parameter(Position = 0)] $Session, [switch] $DisableNameChecking, [switch] $AllowClobber)
  New-EmbeddedModule
}

function Remove-PSSession {
  param([Parameter(Position = 0)] $Session)
  Write-EmbeddedLog 'closed'
  $script:session = $null
}

# Exchange Online.

function Connect-ExchangeOnline {
  param(
    [string] $Organization, [bool] $ShowBanner, [switch] $SkipLoadingFormatData, [uri] $ConnectionUri,
    [string] $AzureADAuthorizationEndpointUri, [string] $AccessToken, [string] $AppId,
    [Security.Cryptography.X509Certificates.X509Certificate2] $Certificate,
    [switch] $ManagedIdentity, [string] $ManagedIdentityAccountId
  )
  $token = $AccessToken
  if ($ManagedIdentity) { $token = Get-EmbeddedIdentityToken $ManagedIdentityAccountId }
  if ($Certificate) { $token = Get-EmbeddedToken $AzureADAuthorizationEndpointUri $Organization $AppId $Certificate }
  $middle = $token.Split('.')[1].Replace('-', '+').Replace('_', '/')
  $claims = [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($middle.PadRight([Math]::Ceiling($middle.Length / 4) * 4, '='))) | ConvertFrom-Json
  $origin = $ConnectionUri.GetLeftPart('Authority')
  Open-EmbeddedSession 'online' "$origin/adminapi/beta/$($claims.tid)/InvokeCommand" "Bearer $token"
  Import-Module (New-EmbeddedModule) -Global -DisableNameChecking
}

function Disconnect-ExchangeOnline {
  param([object] $Confirm)
  Write-EmbeddedLog 'closed'
  $script:session = $null
}

function Get-EmbeddedIdentityToken([string] $ClientId) {
  $uri = "$($env:IDENTITY_ENDPOINT)?api-version=2019-08-01&resource=https://outlook.office365.com"
  if ($ClientId) { $uri += "&client_id=$ClientId" }
  $answer = Invoke-RestMethod -Uri $uri -Headers @{ 'X-IDENTITY-HEADER' = [string]$env:IDENTITY_HEADER } -SkipHttpErrorCheck
  if (-not $answer.access_token) { throw 'No managed identity endpoint found.' }
  $answer.access_token
}

function Get-EmbeddedToken([string] $Authority, [string] $Tenant, [string] $ClientId, $Certificate) {
  $uri = "$($Authority.TrimEnd('/'))/$Tenant/oauth2/v2.0/token"
  $sha = [Security.Cryptography.HashAlgorithmName]::SHA256
  $elliptic = [Security.Cryptography.X509Certificates.ECDsaCertificateExtensions]::GetECDsaPrivateKey($Certificate)
  $algorithm = if ($elliptic) { 'ES256' } else { 'RS256' }
  $now = [DateTimeOffset]::UtcNow.ToUnixTimeSeconds()
  $header = @{ alg = $algorithm; typ = 'JWT'; 'x5t#S256' = ConvertTo-Base64Url ($Certificate.GetCertHash($sha)) }
  $claims = @{ aud = $uri; iss = $ClientId; sub = $ClientId; jti = [guid]::NewGuid().ToString(); nbf = $now; exp = $now + 600 }
  $parts = foreach ($each in $header, $claims) { ConvertTo-Base64Url ([Text.Encoding]::UTF8.GetBytes((ConvertTo-Json -Compress -InputObject $each))) }
  $bytes = [Text.Encoding]::UTF8.GetBytes($parts -join '.')
  if ($elliptic) {
    $signature = $elliptic.SignData($bytes, $sha)
  } else {
    $rsa = [Security.Cryptography.X509Certificates.RSACertificateExtensions]::GetRSAPrivateKey($Certificate)
    $signature = $rsa.SignData($bytes, $sha, [Security.Cryptography.RSASignaturePadding]::Pkcs1)
  }
  $form = @{
    grant_type = 'client_credentials'; client_id = $ClientId; scope = 'https://outlook.office365.com/.default'
    client_assertion_type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
    client_assertion = "$($parts -join '.').$(ConvertTo-Base64Url $signature)"
  }
  $answer = Invoke-RestMethod -Uri $uri -Method Post -Body $form -SkipCertificateCheck -SkipHttpErrorCheck
  if (-not $answer.access_token) { throw [string]$answer.error_description }
  $answer.access_token
}
