"""What protects besides filters: VPN, users, logging, time, redundancy, certificates, switching; the device agent."""
